"""Makes the recordings of recorded modules: a storyboard, the running product, a camera and a cutting room."""
