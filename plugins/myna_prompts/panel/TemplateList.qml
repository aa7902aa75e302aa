// All templates, with a search.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Myna.Ui

ColumnLayout {
    id: all
    property var templates: []
    property bool loading: false
    signal chosen(string key)
    spacing: theme.space * 2

    // "" is all languages.
    property string language: desktop.language
    readonly property var languages: {
        const found = {}
        for (const one of templates)
            if (one.language)
                found[one.language] = true
        return Object.keys(found).sort()
    }
    readonly property var shown: templates.filter(one =>
        (language === "" || one.language === "" || one.language === language)
        && (one.name + " " + one.description).toLowerCase().indexOf(search.text.trim().toLowerCase()) >= 0)

    function called(language) {
        return language === "en" ? "English" : language === "zh" ? "中文" : language
    }

    GridLayout {
        columns: all.width > theme.body * 34 ? 2 : 1
        columnSpacing: theme.space
        rowSpacing: theme.space
        Layout.fillWidth: true
        Field {
            id: search
            objectName: "search-templates"
            symbol: "search"
            placeholderText: qsTr("Search templates")
            Layout.fillWidth: true
        }
        Choice {
            objectName: "template-language"
            name: qsTr("Language of the templates")
            textRole: "text"
            valueRole: "value"
            model: [{text: qsTr("All languages"), value: ""}].concat(all.languages.map(one => ({text: all.called(one), value: one})))
            currentIndex: Math.max(0, all.languages.indexOf(all.language) + 1)
            Layout.fillWidth: parent.columns === 1
            onActivated: all.language = currentValue
        }
    }
    ProgressLine {
        visible: all.loading
        name: qsTr("Templates are being read")
        Layout.fillWidth: true
    }
    EmptyState {
        visible: !all.loading && all.shown.length === 0
        symbol: "search"
        title: qsTr("No template is like that")
        detail: qsTr("Search for something else, or look at all languages.")
        Layout.fillWidth: true
        Layout.topMargin: theme.space * 4
    }
    Repeater {
        model: [
            {title: qsTr("Yours"), rows: all.shown.filter(one => one.own)},
            {title: qsTr("Shipped"), rows: all.shown.filter(one => !one.own)}
        ]
        ColumnLayout {
            id: group
            required property var modelData
            visible: modelData.rows.length > 0
            spacing: theme.space
            Layout.fillWidth: true
            Words {
                text: group.modelData.title
                muted: true
                font.pixelSize: theme.small
                font.weight: Font.DemiBold
                Layout.fillWidth: true
            }
            Card {
                padding: theme.space * 0.5
                Layout.fillWidth: true
                Column {
                    width: parent.width
                    Repeater {
                        model: group.modelData.rows
                        T.Button {
                            id: row
                            required property var modelData
                            required property int index
                            objectName: "template-" + modelData.name + "-" + modelData.language
                            width: parent.width
                            height: words.height + theme.space * 2.5
                            focusPolicy: Qt.StrongFocus
                            text: modelData.name
                            Accessible.role: Accessible.Button
                            Accessible.name: modelData.name + ", " + (modelData.error.message || modelData.description)
                            Keys.onReturnPressed: clicked()
                            Keys.onEnterPressed: clicked()
                            onClicked: all.chosen(modelData.key)
                            background: Rectangle {
                                radius: theme.radius
                                color: "transparent"
                                Rectangle {
                                    anchors.fill: parent
                                    radius: theme.radius
                                    color: theme.text
                                    opacity: row.down ? 0.12 : row.hovered ? 0.05 : 0
                                }
                                Rectangle {
                                    visible: row.index > 0
                                    x: theme.space * 1.5
                                    width: parent.width - theme.space * 3
                                    height: 1
                                    color: theme.border
                                }
                                FocusRing { control: row; anchors.margins: 1 }
                            }
                            contentItem: Item {
                                ColumnLayout {
                                    id: words
                                    x: theme.space * 1.5
                                    width: parent.width - theme.space * 3
                                    anchors.verticalCenter: parent.verticalCenter
                                    spacing: theme.space * 0.5
                                    RowLayout {
                                        spacing: theme.space
                                        Layout.fillWidth: true
                                        Words {
                                            text: row.modelData.name
                                            font.weight: Font.DemiBold
                                            wrapMode: Text.NoWrap
                                            elide: Text.ElideRight
                                            Layout.fillWidth: true
                                        }
                                        Chip {
                                            visible: row.modelData.unsaved
                                            kind: "warning"
                                            symbol: "edit"
                                            text: qsTr("Not saved")
                                        }
                                        Chip {
                                            visible: !!row.modelData.error.message
                                            kind: "bad"
                                            symbol: "warning"
                                            text: qsTr("Cannot be used")
                                        }
                                        Chip { visible: row.modelData.language !== ""; text: all.called(row.modelData.language) }
                                        Chip { visible: row.modelData.version !== ""; text: row.modelData.version }
                                    }
                                    Words {
                                        text: row.modelData.error.message || row.modelData.description
                                        muted: true
                                        Layout.fillWidth: true
                                        Accessible.ignored: true
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
