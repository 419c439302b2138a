from tests.damage.catalogue import PAGE, page
from tests.damage.desk import Desk, made

PAGE.write_text(page(Desk(made())), encoding="utf-8")
