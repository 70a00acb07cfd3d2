"""What a report counts and says; pure functions of counts."""
