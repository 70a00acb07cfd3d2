"""Reports: completion by every cut, the matrix of cohorts and modules, surveys; as pages and as files."""
