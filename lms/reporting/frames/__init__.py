"""Tables for files and pivots; the only place that loads pandas and xlsxwriter."""
