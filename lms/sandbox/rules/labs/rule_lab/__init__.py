"""The rule lab: a policy turned into at most six ordered rules, run on 500 proposals that nobody has seen."""
