"""The console of docs/authoring.md, whole: a company's own, for gift vouchers."""
