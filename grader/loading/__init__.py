"""From bytes and folders to problem sets and submissions; nothing a student sent is run or trusted here."""
