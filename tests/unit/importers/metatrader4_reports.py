"""Made-up reports of MetaTrader 4, laid out as the platform does, for what no real sample contains."""

from collections.abc import Sequence

from tradesense_desktop.importers.encoding import decode
from tradesense_desktop.importers.html_cells import html_document
from tradesense_desktop.importers.metatrader4_statement import read_metatrader4_statement
from tradesense_desktop.importers.metatrader4_tester import read_metatrader4_tester
from tradesense_desktop.importers.statement import Statement

ENGLISH = {
    "account": "Account: 20000", "name": "Name: Made Up", "currency": "Currency: USD", "leverage": "Leverage: 1:100",
    "closed": "Closed Transactions:", "closed_total": "Closed P/L:", "open": "Open Trades:", "floating": "Floating P/L:",
    "working": "Working Orders:", "nothing": "No transactions", "summary": "Summary:",
    "headings": "Ticket|Open Time|Type|Size|Item|Price|S / L|T / P|Close Time|Price|Commission|Taxes|Swap|Profit",
    "paid": "Deposit/Withdrawal:", "credit": "Credit Facility:", "balance": "Balance:", "equity": "Equity:",
    "margin": "Margin:", "free": "Free Margin:", "details": "Details:", "net": "Total Net Profit:",
    "trades": "Total Trades:", "other": "Gross Profit:",
}  # fmt: skip
RUSSIAN = {
    "account": "Счет: 20000", "name": "Имя: Вымышленный", "currency": "Валюта: USD", "leverage": "Плечо: 1:100",
    "closed": "Закрытые транзакции:", "closed_total": "Закрытый P/L:", "open": "Открытые сделки:",
    "floating": "Плавающий P/L:", "working": "Рабочие ордера:", "nothing": "Нет транзакций", "summary": "Итого:",
    "headings": "Тикет|Время открытия|Тип|Объем|Символ|Цена|S / L|T / P|Время закрытия|Цена|Комиссия|Налоги|Своп|Прибыль",
    "paid": "Депозит/Снятие:", "credit": "Кредит:", "balance": "Баланс:", "equity": "Средства:",
    "margin": "Залог:", "free": "Свободный залог:", "details": "Подробности:", "net": "Чистая прибыль:",
    "trades": "Всего сделок:", "other": "Общая прибыль:",
}  # fmt: skip


def trade(
    ticket: int | str,
    opened: str,
    kind: str,
    closed: str,
    profit: str,
    *,
    size: str = "1.00",
    item: str = "eurusd",
    price: str = "1.1000",
    close_price: str = "1.1010",
    commission: str = "0.00",
    taxes: str | None = "0.00",
    swap: str = "0.00",
    stop: str = "0.0000",
    comment: str | None = None,
) -> str:
    """A row of a position; without a closing time it is open; `comment` adds the row of comments below it."""
    cells = [ticket, opened, kind, size, item, price, stop, "0.0000", closed or "&nbsp;", close_price]
    cells += [commission, *([taxes] if taxes is not None else []), swap, profit]
    below = f"<tr align=right><td colspan=9>&nbsp;</td><td>&nbsp;</td><td colspan=3>{comment}</td></tr>\n"
    title = f' title="{comment}"' if comment is not None else ""
    rest = "".join(f"<td class=mspt nowrap>{cell}</td>" for cell in cells[1:])
    return f"<tr align=right><td{title}>{cells[0]}</td>{rest}</tr>\n{below if comment is not None else ''}"


def pending(ticket: int, placed: str, kind: str, deleted: str, last: str = "cancelled") -> str:
    """A pending order: 11 visible cells, the last of them over four columns."""
    cells = [placed, kind, "1.00", "eurusd", "1.1000", "0.0000", "0.0000", deleted, "1.1059"]
    middle = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr align=right><td title="{last}">{ticket}</td>{middle}<td colspan=4>{last}</td></tr>\n'


def operation(ticket: int, at: str, amount: str, kind: str = "balance", comment: str = "Deposit") -> str:
    """A balance operation: 5 visible cells."""
    return (
        f'<tr align=right><td title="{comment}">{ticket}</td><td class=msdate nowrap>{at}</td><td>{kind}</td>'
        f"<td colspan=10 align=left>{comment}</td><td class=mspt>{amount}</td></tr>\n"
    )


def statement_html(
    rows: Sequence[str],
    *,
    net: str,
    balance: str,
    open_rows: Sequence[str] = (),
    working_rows: Sequence[str] = (),
    trades: int | None = None,
    credit: str = "0.00",
    labels: dict[str, str] = ENGLISH,
    title: str = "Statement: 20000 - Made Up",
    columns: int = 14,
) -> str:
    """A statement; detailed where the number of trades is given."""
    headings = labels["headings"].split("|")
    if columns == len(headings) - 1:
        del headings[11]
    header = "<tr align=center>" + "".join(f"<td nowrap>{heading}</td>" for heading in headings) + "</tr>\n"
    open_header = header.replace(f"<td nowrap>{headings[8]}</td>", "<td>&nbsp;</td>")
    working_header = (
        "<tr>" + "".join(f"<td>{heading}</td>" for heading in headings[:8])
        + "<td colspan=2 nowrap>Market Price</td><td colspan=4>&nbsp;</td></tr>\n"
    )  # fmt: skip
    nothing = f"<tr align=right><td colspan=13 align=center>{labels['nothing']}</td></tr>\n"
    totals = f"<tr align=right><td colspan=10>&nbsp;</td>{'<td class=mspt>0.00</td>' * (columns - 10)}</tr>\n"

    def section(name: str) -> str:
        return f"<tr align=left><td colspan=14><b>{labels[name]}</b></td></tr>\n"

    def pairs(*values: str) -> str:
        return "<tr align=right>" + "".join(f"<td colspan=2><b>{value}</b></td>" for value in values) + "</tr>\n"

    details = ""
    if trades is not None:
        details = (
            '<tr><td colspan=14 style="font: 1pt arial">&nbsp;</td></tr>\n'
            + section("details")
            + '<tr align=center><td colspan=14><img src="Detailed.gif" alt="Graph"></td></tr>\n'
            + pairs(labels["other"], "1 000.00", "Gross Loss:", "900.00", labels["net"], net)
            + pairs("Profit Factor:", "1.10", "Expected Payoff:", "1.00", "&nbsp;")
            + pairs("Absolute Drawdown:", "1.00", "Maximal Drawdown:", "9.00 (1.00%)", "Relative:", "1.00% (9.00)")
            + '<tr><td colspan=14 style="font: 1pt arial">&nbsp;</td></tr>\n'
            + pairs(labels["trades"], str(trades), "Short (won %):", "7 (50.00%)", "Long (won %):", "3 (50.00%)")
            + pairs("Largest", "profit trade:", "12.00", "loss trade:", "-9.00")
        )
    return (
        f"<html><head><title>{title}</title><style><!-- td {{ font: 8pt }} //--></style></head><body><table>\n"
        f"<tr align=left><td colspan=2><b>{labels['account']}</b></td><td colspan=5><b>{labels['name']}</b></td>"
        f"<td colspan=2><b>{labels['currency']}</b></td><td colspan=2><b>{labels['leverage']}</b></td>"
        f"<td colspan=3 align=right><b>2018 September 27, 16:20</b></td></tr>\n"
        + section("closed") + header + ("".join(rows) or nothing) + totals
        + f"<tr align=right><td colspan=12><b>{labels['closed_total']}</b></td><td colspan=2><b>{net}</b></td></tr>\n"
        + section("open") + open_header + ("".join(open_rows) or nothing) + totals
        + f"<tr><td colspan=10>&nbsp;</td><td colspan=2><b>{labels['floating']}</b></td><td colspan=2><b>0.00</b></td></tr>\n"
        + section("working") + working_header + ("".join(working_rows) or nothing)
        + '<tr><td colspan=14 style="font: 1pt arial">&nbsp;</td></tr>\n'
        + section("summary")
        + pairs(labels["paid"], "5 000.00", labels["credit"], credit, "&nbsp;")
        + pairs(labels["closed_total"], net, labels["floating"], "0.00", labels["margin"], "0.00")
        + pairs(labels["balance"], balance, labels["equity"], balance, labels["free"], balance)
        + details + "</table>\n</body></html>\n"
    )  # fmt: skip


def read_statement(html: str | bytes, file_name: str = "statement.htm") -> Statement:
    """What the program reads from a statement."""
    text = decode(html) if isinstance(html, bytes) else html
    return read_metatrader4_statement(html_document(text, file_name))


def step(number: int, at: str, kind: str, order: int, *, size: str = "1.00", price: str = "1.1000",
         stop: str = "0.0000", result: tuple[str, str] | None = None) -> str:  # fmt: skip
    """A row of a test; `result` is profit and balance of a closing one."""
    last = f"<td class=mspt>{result[0]}</td><td class=mspt>{result[1]}</td>" if result else "<td colspan=2></td>"
    return (
        f'<tr bgcolor="#E0E0E0" align=right><td>{number}</td><td class=msdate>{at}</td><td>{kind}</td><td>{order}</td>'
        f'<td class=mspt>{size}</td><td style="mso-number-format:0\\.0000;">{price}</td>'
        f"<td align=right>{stop}</td><td align=right>0.0000</td>{last}</tr>\n"
    )


def html_of_test(
    rows: Sequence[str],
    *,
    net: str,
    trades: int,
    deposit: str = "10000.00",
    expert: str = "Grid",
    symbol: str = "EURUSD",
) -> str:
    """A report of the strategy tester, with the row that the platform leaves open in its head."""
    return (
        f"<html><head><title>Strategy Tester: {expert}</title></head><body><div><b>Strategy Tester Report</b></div>\n"
        "<table width=820>\n"
        f"<tr align=left><td colspan=2>Symbol</td><td colspan=4>{symbol} (Euro vs US Dollar)</td></tr>\n"
        "<tr align=left><td colspan=2>Period</td><td colspan=4>1 Hour (H1)  2018.01.02 07:00 - 2018.04.27 20:00"
        "    (2018.01.01 - 2018.04.28)</td></tr>\n"
        "<tr align=left><td colspan=2>Model</td><td colspan=4>Every tick</td></tr>\n"
        "<tr align=left><td colspan=2>Parameters</td><td colspan=4>Lots=0.1; Name=&quot;a&lt;b&quot;; </td></tr>\n"
        "<tr align=left><td colspan=2><tr align=left><td>Bars in test</td><td align=right>2107</td><td>Ticks</td>"
        "<td align=right>10681836</td><td>Quality</td><td align=right>90.00%</td></tr>\n"
        "<tr align=left><td>Mismatched</td><td align=right>1</td><td></td><td></td><td></td><td></td></tr>\n"
        "<tr height=8><td colspan=6></td></tr>\n"
        f"<tr align=left><td>Initial deposit</td><td>{deposit}</td><td></td><td></td><td>Spread</td><td>30</td></tr>\n"
        f"<tr><td>Total net profit</td><td>{net}</td><td>Gross profit</td><td>1.00</td><td>Gross loss</td><td>0.00</td></tr>\n"
        "<tr><td>Profit factor</td><td>1.19</td><td>Expected payoff</td><td>1.00</td><td></td><td></td></tr>\n"
        "<tr height=8><td colspan=6></td></tr>\n"
        f"<tr><td>Total trades</td><td>{trades}</td><td>Short</td><td>6 (83.33%)</td><td>Long</td><td>8 (9.00%)</td></tr>\n"
        "<tr><td colspan=2></td><td>Profit trades</td><td>13 (92.86%)</td><td>Loss trades</td><td>1 (7.14%)</td></tr>\n"
        '</table>\n<img src="StrategyTester.gif"><br>\n<table width=820>\n'
        "<tr><td>#</td><td>Time</td><td>Type</td><td>Order</td><td>Size</td><td>Price</td><td>S / L</td><td>T / P</td>"
        "<td>&Profit</td><td>Balance</td></tr>\n" + "".join(rows) + "\n</table>\n</div></body></html>\n"
    )


def read_test_report(html: str, file_name: str = "StrategyTester.htm") -> Statement:
    """What the program reads from a test report."""
    return read_metatrader4_tester(html_document(html, file_name))
