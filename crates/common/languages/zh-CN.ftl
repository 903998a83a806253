# 窗口中的简体中文文字。键与 en.ftl 相同。

language-name = 简体中文

## 状态行

status-busy = { $sentence }（正忙，请再按一次）

## 日志

log-follow = 跟随
log-follow-hint = 始终显示最新一行
log-new = { $count } 条新内容
log-find = 查找
log-find-next = 下一个
log-find-previous = 上一个
log-find-count = { $count ->
    [0] 未找到
   *[other] 在 { $count } 行中
}
log-find-at = 第 { $place } 行，共 { $count } 行
log-find-more = 已在 { $count } 行中找到
log-copy = 复制
log-copy-hint = 复制全部 { $count } 行
log-copy-selected = 复制所选内容
log-clear = 清空
log-undo-clear = 撤销清空
log-save = 保存...
log-save-now = 保存
log-save-browse = 浏览...
log-save-file = 文件
log-save-hint = 以 .jsonl 结尾的文件名保存为 JSON 行，其他为文本
log-save-title = 保存日志
log-save-text = 文本
log-save-json = JSON 行
log-saved = 已将 { $count } 行保存到 { $file }
log-not-saved = 无法保存（{ $reason }）：{ $file }
log-empty = 还没有内容
log-nothing-passes = 过滤条件隐藏了所有行

## 地址

address-port = 端口
address-empty = 地址为空，请填写地址、主机名、localhost、any 或 broadcast
address-wrong = 这既不是地址也不是主机名：{ $typed }
reach-computer = 仅限本机
reach-network = 本机的一个网络
reach-every-network = 本机的所有网络

## 无法监听的原因

bind-taken = 端口已被其他程序占用，请停止该程序或换一个端口：{ $address }
bind-not-ours = 本机没有这个地址，请使用本机的地址或 any：{ $address }
bind-not-permitted = 系统不允许使用这个端口，请使用大于 1023 的端口：{ $address }
bind-no-such-host = 无法解析该主机名（{ $reason }）：{ $host }
bind-other = 无法监听（{ $reason }）：{ $address }

## 连接不通的原因

connect-refused = 对方没有程序在监听
connect-broken = 对方中断了连接
connect-timed-out = 没有应答
connect-no-network = 没有通向那里的网络
connect-no-computer = 无法到达那台计算机
connect-not-permitted = 系统不允许

## 设置文件

settings-broken = 无法理解设置文件（{ $reason }），已使用默认值，原文件保留为 { $file }
settings-unreadable = 无法读取设置文件（{ $reason }），已使用默认值，不会保存：{ $file }
settings-unsaved = 无法保存设置（{ $reason }）：{ $file }

## 窗口上方的设置

settings-open = 设置...
settings-open-hint = 外观、语言等（Ctrl+,）
close = 关闭
settings-title = 设置
settings-appearance = 外观
settings-theme = 主题
settings-theme-system = 跟随系统
settings-theme-light = 浅色
settings-theme-dark = 深色
settings-contrast = 高对比度
settings-zoom = 缩放
settings-zoom-hint = 也可用 Ctrl + / - / 0
settings-language = 语言
settings-language-system = 跟随系统（{ $name }）
settings-file = 设置文件
settings-no-file = 没有存放设置的文件夹，不会记住任何设置
settings-copy-path = 复制路径
settings-reset = 恢复默认设置
settings-reset-hint = 本页上的所有设置
settings-keys = 按键
font-missing = 有些字符无法显示，请安装 { $packages }
notice-dismiss = 知道了

## 按键列表

key-tab = 下一个或上一个控件
key-escape = 关闭打开的窗口
key-find = 在日志中查找
key-save = 保存日志
key-clear = 清空日志，可撤销
key-copy = 全选，复制
key-page = 上翻或下翻一页
key-ends = 第一行或最新一行
key-select = 选择行或字符
key-zoom = 放大、缩小、正常大小
key-settings = 设置
key-list = 本列表

## 窗口标题

udp-time-server-title = UDP 时间服务器
udp-time-client-title = UDP 时间客户端
tcp-chat-server-title = TCP 聊天服务器
tcp-chat-client-title = TCP 聊天客户端
