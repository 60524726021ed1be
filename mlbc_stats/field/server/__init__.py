"""The self-hosted page: an application that shows one questionnaire per token. Read ``app.py`` first."""
