// The page of a plugin: its QML file, made when it is first shown, with `panel` in its context.
import QtQuick
import Myna.Ui

FocusScope {
    id: holder
    property url source
    property var panel
    property bool shown: false
    property bool wanted: false
    onShownChanged: if (shown) { wanted = true; panel.open() }

    Loader {
        id: loader
        focus: true
        anchors.fill: parent
        active: holder.wanted
        // What is loaded sees `panel` because it is a property of what holds it.
        property var panel: holder.panel
        source: holder.wanted ? holder.source : ""
    }
    EmptyState {
        visible: loader.status === Loader.Error
        anchors.centerIn: parent
        width: Math.min(parent.width - theme.space * 8, 520)
        symbol: "warning"
        title: qsTr("This page cannot be shown")
        detail: qsTr("Its file has a mistake. The log says which.")
    }
}
