"""The simulators' pure core: generating cases from a seed, and scoring what a learner did with them."""
