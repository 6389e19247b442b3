"""What a student's final answer and the expected one tell of each other before either is read as a formula."""
