import QtQuick

Words {
    font.pixelSize: theme.title
    font.weight: Font.DemiBold
    lineHeight: 1.15
    Accessible.role: Accessible.Heading
}
