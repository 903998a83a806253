"""The four windows that ours are measured against, as plain PyQt5: the same widgets and sockets that the
original demos have, as docs/performance.md tells. One argument: which of them."""

import sys

from PyQt5.QtCore import QDateTime, QTimer
from PyQt5.QtNetwork import QHostAddress, QTcpServer, QTcpSocket, QUdpSocket
from PyQt5.QtWidgets import (QApplication, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSplitter,
                             QTextBrowser, QTextEdit, QVBoxLayout)

PORT = 6666
HERE = QHostAddress(QHostAddress.LocalHost)


class TimeServer(QDialog):
    def __init__(self):
        super().__init__()
        self.label, button = QLabel("0"), QPushButton("Start Server")
        layout = QVBoxLayout(self)
        layout.addWidget(self.label)
        layout.addWidget(button)
        self.socket, self.timer = QUdpSocket(self), QTimer(self)
        self.timer.timeout.connect(self.tick)
        button.clicked.connect(lambda: self.timer.start(1000))
        if "--start" in sys.argv:
            self.timer.start(1000)

    def tick(self):
        text = QDateTime.currentDateTime().toString()
        self.label.setText(text)
        self.socket.writeDatagram(text.encode(), HERE, PORT)


class TimeClient(QDialog):
    def __init__(self):
        super().__init__()
        self.pane = QTextBrowser()
        QVBoxLayout(self).addWidget(self.pane)
        self.socket = QUdpSocket(self)
        self.socket.bind(HERE, PORT)
        self.socket.readyRead.connect(self.read)

    def read(self):
        while self.socket.hasPendingDatagrams():
            data, host, port = self.socket.readDatagram(self.socket.pendingDatagramSize())
            self.pane.append(f"Date time: {data.decode()}\nHost: {host.toString()}\nPort: {port}\n\n")


class ChatClient(QDialog):
    def __init__(self):
        super().__init__()
        self.resize(500, 450)
        self.history, self.box = QTextBrowser(), QTextEdit()
        splitter = QSplitter(0x2)
        splitter.addWidget(self.history)
        splitter.addWidget(self.box)
        splitter.setSizes([350, 100])
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(QPushButton("Close"))
        row.addWidget(QPushButton("Send"))
        layout = QGridLayout(self)
        layout.addWidget(splitter, 0, 0)
        layout.addLayout(row, 1, 0)
        self.socket = QTcpSocket(self)
        self.socket.connectToHost(HERE, PORT)


class ChatServer(QDialog):
    def __init__(self):
        super().__init__()
        self.resize(500, 450)
        self.pane = QTextBrowser()
        QVBoxLayout(self).addWidget(self.pane)
        # The demo's bot calls go through this library; loading it is part of the demo's start.
        import urllib.request  # noqa: F401
        self.server = QTcpServer(self)
        self.server.listen(HERE, PORT)


WINDOWS = {"udp-time-server": TimeServer, "udp-time-client": TimeClient,
           "tcp-chat-client": ChatClient, "tcp-chat-server": ChatServer}

if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    window = WINDOWS[sys.argv[1]]()
    window.show()
    sys.exit(app.exec())
