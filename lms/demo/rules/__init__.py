"""What the demo company is: its people, its plan and how each of them studies, as pure values of one seed."""
