"""The desktop: Qt Quick for looks, Python view models for state. The only place that imports PySide6."""
