"""May we go live? What a person still lacks, what a shift still lacks, and the gates with their evidence."""
