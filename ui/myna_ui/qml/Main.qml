import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Myna.Ui
import "conversation"
import "welcome"

ApplicationWindow {
    id: window
    width: 1120
    height: 760
    minimumWidth: 480
    minimumHeight: 420
    visible: true
    title: "Myna"
    color: theme.window
    // 860 at the usual size: larger letters leave no room for the names of the pages that much earlier.
    readonly property bool narrow: width < theme.body * 57

    RowLayout {
        anchors.fill: parent
        spacing: 0
        enabled: !desktop.welcome.shown
        visible: !desktop.welcome.shown

        Rectangle {
            color: theme.sunken
            Layout.fillHeight: true
            Layout.preferredWidth: pages.implicitWidth
            Navigation {
                id: pages
                anchors.fill: parent
                narrow: window.narrow
            }
        }
        Rectangle {
            visible: theme.highContrast
            color: theme.border
            Layout.fillHeight: true
            Layout.preferredWidth: 1
        }
        ColumnLayout {
            spacing: 0
            MendingBanner {
                error: desktop.error
                able: desktop.ready ? [] : ["again"]
                onMended: desktop.begin()
                Layout.fillWidth: true
                Layout.margins: visible ? theme.space * 2 : 0
                onDismissed: desktop.dismiss()
            }
            StackLayout {
                id: stack
                Layout.fillWidth: true
                Layout.fillHeight: true
                currentIndex: {
                    if (desktop.page === "conversation")
                        return 0
                    for (let at = 0; at < desktop.pages.length; at++)
                        if (desktop.pages[at].name === desktop.page)
                            return at + 1
                    return 0
                }
                // A page that cannot be seen must not get the keys.
                onCurrentIndexChanged: Qt.callLater(() => {
                    if (!desktop.welcome.shown && !pages.activeFocus && children[currentIndex])
                        children[currentIndex].forceActiveFocus(Qt.OtherFocusReason)
                })
                ConversationPage { id: talk; conversation: desktop.conversation }
                Repeater {
                    // By number: titles change with the language, and what is on a page must outlive that.
                    model: desktop.pages.length
                    PanelPage {
                        required property int index
                        readonly property var info: desktop.pages[index]
                        source: info.qml
                        panel: info.panel
                        shown: desktop.page === info.name
                    }
                }
            }
            // A microphone that is open is seen from every page, and closed from there.
            VoiceStrip {
                objectName: "voice-elsewhere"
                here: desktop.page !== "conversation"
                Layout.fillWidth: true
                Layout.maximumWidth: 820
                Layout.alignment: Qt.AlignHCenter
                Layout.leftMargin: theme.space * 2
                Layout.rightMargin: theme.space * 2
                Layout.bottomMargin: visible ? theme.space * 2 : 0
            }
        }
    }
    Loader {
        anchors.fill: parent
        active: desktop.welcome.shown
        sourceComponent: WelcomePage { focus: true }
        focus: true
        onActiveChanged: if (!active) talk.forceActiveFocus()
    }
}
