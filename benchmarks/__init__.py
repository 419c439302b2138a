"""How fast jyxl is, as ratios against named baselines measured in the same run."""
