"""The document kit: HTML, PDF, charts and Indonesian wording. Knows nothing of cases, people or the database."""
