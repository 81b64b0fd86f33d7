"""The portal: where a customer sees what is due, pays, and finds documents."""
