"""The follow-up plan (RTL) on paper and as a workbook: per agency, kecamatan and desa."""
