"""The window among other windows: one instance, tray, remembered place."""
