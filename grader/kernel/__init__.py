"""What runs on the student's side: it imports nothing else of grader, and the judge believes nothing it says."""
