"""The prompt lab: an agent's instructions in sections, checked by rules and run on 40 tickets. No model is called."""
