"""The quarterly scorecard of an agency, a kecamatan or a puskesmas."""
