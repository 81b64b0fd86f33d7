"""Benchmarks that anyone can repeat: `tallystick bench`. Each works in databases of its own, made anew."""
