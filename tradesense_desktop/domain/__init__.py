"""What a challenge is and how it is judged: pure, deterministic, standard library only."""
