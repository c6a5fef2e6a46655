"""The core: knows tasks, images and jobs; never HTTP and never the envelope of an event."""
