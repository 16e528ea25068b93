// Sets theme and language before the first paint, so that nothing flashes. A file of its own: the policy allows no inline code.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('al.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (localStorage.getItem('al.locale') === 'en') {
      root.lang = 'en';
      root.dir = 'ltr';
    }
  } catch {
    // Storage may be closed to us; the defaults stand.
  }
})();
