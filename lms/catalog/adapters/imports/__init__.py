"""Questions written for other systems (GIFT, Aiken, Moodle XML) as `*.q.md`, with what could not be carried over."""
