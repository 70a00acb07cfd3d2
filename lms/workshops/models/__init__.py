"""Live sessions with their bookings and attendance; shadowing logs and sign-offs."""
