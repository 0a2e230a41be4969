"""Files for people, from a published profile database that is only read: XLSX, PDF, DOCX and JSON."""
