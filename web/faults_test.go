package web_test

func (d *district) faulty(judges []*judge) {}
func (d *district) commands()              {}
