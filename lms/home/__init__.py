"""Pages that span rooms: home, boards, cohorts on track, people import, one's own record."""
