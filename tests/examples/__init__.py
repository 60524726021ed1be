"""Examples that several tests share: models, instruments, answers, forms, results."""
