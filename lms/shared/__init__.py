"""Pure values every room may use: no Flask, no database, no clock reading outside `clock`."""
