"""Trust gym: four neutral one-screen forms on which everybody learns the five ways in which advice fails."""
