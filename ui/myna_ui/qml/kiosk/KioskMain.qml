import QtQuick
import QtQuick.Controls.Basic
import Myna.Ui

ApplicationWindow {
    id: window
    width: 1080
    height: 1920
    visible: true
    visibility: Window.FullScreen
    flags: Qt.Window | Qt.FramelessWindowHint
    title: "Myna"
    color: theme.window
    // The program ends itself; no window manager and no key does.
    onClosing: close => close.accepted = false

    Item {
        id: stage
        readonly property int quarter: kiosk.orientation === "left" ? 3 : kiosk.orientation === "right" ? 1 : kiosk.orientation === "inverted" ? 2 : 0
        readonly property bool turned: quarter % 2 === 1
        anchors.centerIn: parent
        width: turned ? window.height : window.width
        height: turned ? window.width : window.height
        rotation: quarter * 90
        onWidthChanged: kiosk.fit(width, height)
        onHeightChanged: kiosk.fit(width, height)
        Component.onCompleted: kiosk.fit(width, height)

        // Every screen is made when it is shown and thrown away after it, with all that was typed into it.
        Loader {
            id: screen
            anchors.fill: parent
            focus: true
            // A keyboard must not reach what is behind the pad for the PIN.
            enabled: kiosk.administrator.stage === "closed"
            source: ({
                "starting": "StartingScreen.qml",
                "attract": "AttractScreen.qml",
                "visit": "VisitScreen.qml",
                "ending": "EndingScreen.qml",
                "trouble": "TroubleScreen.qml"
            })[kiosk.screen]
            opacity: status === Loader.Ready ? 1 : 0
            Behavior on opacity { NumberAnimation { duration: theme.motion } }
        }

        // What the last screen was made of is let go of now and not some day: it holds what the visitor said.
        Timer {
            running: kiosk.screen === "attract"
            interval: 500
            onTriggered: gc()
        }

        // The way in for administrators: nobody holds a corner for so long by accident.
        MouseArea {
            objectName: "corner"
            width: theme.control * 2
            height: width
            pressAndHoldInterval: 5000
            onPressAndHold: kiosk.administrator.ask()
            onClicked: if (kiosk.screen === "attract") kiosk.begin("")
            Accessible.ignored: true
        }
        Loader {
            anchors.fill: parent
            active: kiosk.administrator.stage !== "closed"
            sourceComponent: AdminPad {}
            onLoaded: item.forceActiveFocus()
            onActiveChanged: if (!active) screen.forceActiveFocus()
        }
    }
}
