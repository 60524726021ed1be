"""Tests of a model beside the standard one and its scaled forms: by residuals, and by the eigenvalues of UΓ.

A solution enters; a `ChiSquareTest` leaves. Start with `residual.py` (Browne) or `eigenvalues.py` (Foldnes, Moss and
Grønneberg).
"""
