"""What certification does when something happens, and what its pages and jobs have in common."""
