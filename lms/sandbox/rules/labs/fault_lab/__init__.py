"""The fault lab: three incidents in a pipeline of nine nodes, each with one root fault to find and to hold."""
