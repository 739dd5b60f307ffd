"""What leaves the incidents: the log as spreadsheets, a case on paper, a child's file for the next
school. Whoever asks has just proven who they are (R16), may read every record in it (2.15), and
every file leaves its line in the audit and in the record's own chronology.
"""
