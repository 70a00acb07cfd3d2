"""The A/B board: six tests that the AI calls won, each to be shipped, held, extended or called invalid."""
