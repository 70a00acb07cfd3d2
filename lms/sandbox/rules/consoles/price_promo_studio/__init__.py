"""Price & Promo Studio: the pricing desk, where an AI proposes new prices from cost, elasticity and rivals' prices."""
