"""The parts of the kill storm: the ground that it rages on, whom it kills next, an editor that it kills too."""
