"""What decides in certification: validity, serials, evidence predicates. Values in, values out."""
