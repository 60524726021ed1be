"""Products of latent variables among the predictors, each file one step.

Found in the model text, estimated by LMS, QML or product indicators, and read as slopes.
"""
