"""The demo company: invented people whose five months are lived through the real services with a moved clock."""
