"""What people are told: in the application always, by mail where there is an address."""
